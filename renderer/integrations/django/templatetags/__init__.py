"""Tag libraries: ``{% load mathward %}``."""
