package io.wkmq.testing.disk;

/** What a power loss takes of the writes that were not synced. Which ones is drawn by the test's random source. */
public enum Loss {
    /** Nothing: what the end of a process leaves. */
    NOTHING,
    /** All of them. */
    ALL,
    /** Those after some point, in each file. */
    TAIL,
    /** Some, in any order. */
    SOME,
    /** Some sectors of 512 bytes, in any order. */
    SECTORS
}
