package io.wkmq.testing.disk;

/** How much of the unsynced writes a power loss discards. The choice is drawn from the test's random source. */
public enum Loss {
    /** Nothing: the state after a process is killed. */
    NOTHING,
    /** All unsynced writes. */
    ALL,
    /** All unsynced writes of a file after a random point. */
    TAIL,
    /** A random subset of the unsynced writes. */
    SOME,
    /** A random subset of the 512-byte sectors of the unsynced writes, so that writes are torn. */
    SECTORS
}
