"""Who the customer is: account, contact, contract, segments and tiers."""
