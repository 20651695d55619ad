package io.wkmq.testing.sim;

import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The seeds of a randomized test. They are the same by default, so that builds are repeatable. {@code -Dwkmq.seed=random} starts from a
 * random seed and prints it, {@code -Dwkmq.seed=N} runs seed N alone, {@code -Dwkmq.schedules=N} runs N seeds from the first one on.
 * Immutable.
 */
public final class Seeds {
    private static final String SEED = "wkmq.seed";
    private static final String SCHEDULES = "wkmq.schedules";
    private static final String RANDOM = "random";
    private static final String FIXED = "fixed";

    private final String test;
    private final long first;
    private final int count;

    Seeds(String test, @Nullable String seed, @Nullable String schedules, int count) {
        this.test = test;
        String wanted = seed == null || seed.isEmpty() ? FIXED : seed;
        this.first = switch (wanted) {
            case FIXED -> 1;
            case RANDOM -> new Random().nextInt(1_000_000_000);
            default -> number(SEED, wanted);
        };
        boolean one = !wanted.equals(FIXED) && !wanted.equals(RANDOM);
        if (schedules != null && !schedules.isEmpty()) {
            this.count = Math.toIntExact(number(SCHEDULES, schedules));
        } else {
            this.count = one ? 1 : count;
        }
    }

    /**
     * Returns the seeds of a test.
     *
     * @param test the test's name in the output
     * @param count how many schedules a build runs by default
     */
    public static Seeds of(String test, int count) {
        return new Seeds(test, System.getProperty(SEED), System.getProperty(SCHEDULES), count);
    }

    /** Returns the random source of a test with a single schedule; prints its seed. */
    public static Random one(String test) {
        Seeds seeds = new Seeds(test, System.getProperty(SEED), null, 1);
        System.out.println(seeds.announcement());
        return random(seeds.first);
    }

    private static long number(String property, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "-D" + property + "=" + text + "; expected a number, or for seeds " + RANDOM + " or " + FIXED, e);
        }
    }

    /** Runs the schedule for each seed. A failure names the seed that reproduces it. */
    public void forEach(Consumer<Random> schedule) {
        System.out.println(announcement());
        for (long seed = first; seed < first + count; seed++) {
            try {
                schedule.accept(random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(test + " fails with -D" + SEED + "=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private String announcement() {
        return String.format(Locale.ROOT, "%s: %s=%d, schedules: %d", test, SEED, first, count);
    }

    /** Mixes the seed as SplitMix64 does: consecutive seeds would otherwise yield similar first numbers from a {@link Random}. */
    private static Random random(long seed) {
        long mixed = seed * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return new Random(mixed ^ mixed >>> 31);
    }
}
