webhook-many = There can be at most ten addresses.
webhook-address = This is no https address.
webhook-login = The address must not hold a login and password.
webhook-plain = The address has to begin with https://.
webhook-inner = No messages go to addresses in the server's own network.
trail-webhook-added = webhook address added
trail-webhook-removed = webhook address removed
webhook-there = This address is registered already.
