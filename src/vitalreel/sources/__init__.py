"""What arrived, from where and when: records, the canonical model, mappings and data contracts."""
