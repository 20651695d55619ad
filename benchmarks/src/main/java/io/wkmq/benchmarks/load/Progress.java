package io.wkmq.benchmarks.load;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints a line each second. Belongs to the thread of the run. */
final class Progress {
    private static final long SECOND_NS = 1_000_000_000;

    private final @Nullable PrintStream out;
    private final long startedNs = NanoTime.now();
    private long lastNs = startedNs;
    private Totals last = Totals.NONE;

    /**
     * A progress that goes there.
     *
     * @param out null to print nothing
     */
    Progress(@Nullable PrintStream out) {
        this.out = out;
    }

    void connecting(long connected, int of) {
        long now = NanoTime.now();
        if (out != null && now - lastNs >= SECOND_NS) {
            lastNs = now;
            out.printf(Locale.ROOT, "%4ds  connected %,d of %,d%n", (now - startedNs) / SECOND_NS, connected, of);
        }
    }

    void second(Totals totals) {
        long now = NanoTime.now();
        if (out == null || now - lastNs < SECOND_NS) {
            return;
        }
        double seconds = (double) (now - lastNs) / SECOND_NS;
        Totals since = totals.minus(last);
        last = totals;
        lastNs = now;
        out.printf(
                Locale.ROOT,
                "%4ds  published %,d/s  delivered %,d/s  unconfirmed %,d  connections lost %,d%n",
                (now - startedNs) / SECOND_NS,
                Math.round(since.published() / seconds),
                Math.round(since.delivered() / seconds),
                totals.confirmed() + totals.refused() == 0
                        ? 0
                        : totals.published() - totals.confirmed() - totals.refused(),
                totals.connectionsLost());
    }
}
