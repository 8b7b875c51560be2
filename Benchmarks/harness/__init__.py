"""The parts of Benchmarks/speed: texts, measuring, sections, report."""
