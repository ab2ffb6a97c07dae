"""The sample collection: five issues of the bulletin 大数据发展动态 (see NOTICE.md)."""
