package io.wkmq.benchmarks.load;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints a progress line at intervals. Confined to the thread of the run. */
final class Progress {
    private static final long SECOND_NS = 1_000_000_000;

    private final @Nullable PrintStream out;
    private final String label;
    private final long pauseNs;
    private final long startedNs = NanoTime.now();
    private long lastNs = startedNs;
    private Totals last = Totals.NONE;

    /**
     * Creates a progress display.
     *
     * @param out the destination; null to print nothing
     * @param label the prefix of each line; empty for none
     * @param seconds the interval between lines
     */
    Progress(@Nullable PrintStream out, String label, int seconds) {
        this.out = out;
        this.label = label;
        this.pauseNs = seconds * SECOND_NS;
    }

    void connecting(long connected, int of) {
        long now = NanoTime.now();
        if (out != null && now - lastNs >= pauseNs) {
            lastNs = now;
            out.printf(
                    Locale.ROOT, "%s%4ds  connected %,d of %,d%n", label, (now - startedNs) / SECOND_NS, connected, of);
        }
    }

    void second(Totals totals) {
        long now = NanoTime.now();
        if (out == null || now - lastNs < pauseNs) {
            return;
        }
        double seconds = (double) (now - lastNs) / SECOND_NS;
        Totals since = totals.minus(last);
        last = totals;
        lastNs = now;
        if (since.subscribed() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s%4ds  subscribed %,d, %,d/s%n",
                    label,
                    (now - startedNs) / SECOND_NS,
                    totals.subscribed(),
                    Math.round(since.subscribed() / seconds));
            return;
        }
        out.printf(
                Locale.ROOT,
                "%s%4ds  published %,d/s  delivered %,d/s  unconfirmed %,d  connections lost %,d%n",
                label,
                (now - startedNs) / SECOND_NS,
                Math.round(since.published() / seconds),
                Math.round(since.delivered() / seconds),
                totals.confirmed() + totals.refused() == 0
                        ? 0
                        : totals.published() - totals.confirmed() - totals.refused(),
                totals.connectionsLost());
    }
}
