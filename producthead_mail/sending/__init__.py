"""From plan to outcome: payload, transports, dispatcher."""
