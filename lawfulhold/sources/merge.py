def merge_cases(cases): return cases
