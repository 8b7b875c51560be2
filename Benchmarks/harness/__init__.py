"""What Benchmarks/speed is made of: texts, measuring, sections, report."""
