"""The first floor: what Warraq knows about the web and its pages."""
