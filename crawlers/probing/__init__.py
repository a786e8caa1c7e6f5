"""What can be learned of an unknown site from a few of its pages, as a source file. Pure: the fetching is done by
`crawlers/look_spider.py`, the reading of sample articles by flows."""
