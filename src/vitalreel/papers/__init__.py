"""What is told on paper: documents in sections, every figure of them a fact that films tell too."""
