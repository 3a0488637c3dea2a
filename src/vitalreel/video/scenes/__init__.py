"""One file a kind of picture: each lays the storyboard's plain numbers out as elements with a place and a time."""
