"""A chat that answers with recordings: how an application streams answers with mathward."""
