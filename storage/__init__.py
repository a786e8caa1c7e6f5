"""The ground floor: what Warraq keeps and where. A researcher can use it alone."""
