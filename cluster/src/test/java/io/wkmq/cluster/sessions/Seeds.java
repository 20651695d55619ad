package io.wkmq.cluster.sessions;

import java.util.Random;
import java.util.function.Consumer;

/**
 * The seeds of a simulation. By default they are always the same, so that a build can be repeated. {@code -Dwkmq.seed=random} takes
 * others and says which, {@code -Dwkmq.seed=N} takes N alone, {@code -Dwkmq.schedules=N} takes so many from the first one on.
 */
final class Seeds {
    private static final String RANDOM = "random";
    private static final String FIXED = "fixed";

    private final String test;
    private final long first;
    private final int count;

    private Seeds(String test, long first, int count) {
        this.test = test;
        this.first = first;
        this.count = count;
    }

    /**
     * The seeds of a test.
     *
     * @param count how many schedules a build goes through
     */
    static Seeds of(String test, int count) {
        String seed = System.getProperty("wkmq.seed", FIXED);
        return switch (seed) {
            case FIXED -> new Seeds(test, 1, Integer.getInteger("wkmq.schedules", count));
            case RANDOM ->
                new Seeds(test, new Random().nextInt(1_000_000_000), Integer.getInteger("wkmq.schedules", count));
            default -> new Seeds(test, Long.parseLong(seed), Integer.getInteger("wkmq.schedules", 1));
        };
    }

    /** Goes through one schedule after the other. What it throws names the seed that brings it about again. */
    void forEach(Consumer<Random> schedule) {
        System.out.println(test + ": wkmq.seed=" + first + ", schedules: " + count);
        for (long seed = first; seed < first + count; seed++) {
            try {
                schedule.accept(random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(test + " fails with -Dwkmq.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** Seeds that follow each other give a {@link Random} first numbers that do: so they are mixed, as by SplitMix64. */
    private static Random random(long seed) {
        long mixed = seed * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return new Random(mixed ^ mixed >>> 31);
    }
}
