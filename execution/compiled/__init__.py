"""Operations compiled: each is turned into a plan once, which calls batch functions and builds answers by itself."""
