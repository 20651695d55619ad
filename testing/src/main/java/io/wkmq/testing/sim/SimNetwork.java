package io.wkmq.testing.sim;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * A simulated network that loses, duplicates, delays and reorders messages according to its {@link Weather}, and can be cut in one or both
 * directions. Nodes are numbers. Knows nothing about whether a node is alive: that is up to the arrival action. Not thread-safe.
 */
public final class SimNetwork {
    private final SimTime time;
    private final Random random;
    private final Set<Long> cuts = new HashSet<>();
    private Weather weather;
    private long delivered;

    /** Creates a network without cuts. */
    public SimNetwork(SimTime time, Random random, Weather weather) {
        this.time = time;
        this.random = random;
        this.weather = weather;
    }

    /** Changes the weather for messages sent from now on; messages in flight are not affected. */
    public void weather(Weather now) {
        weather = now;
    }

    /** Cuts one direction: nothing arrives any more, not even what is in flight. The opposite direction is not affected. */
    public void cut(int from, int to) {
        cuts.add(pair(from, to));
    }

    /** Ends a {@link #cut}. */
    public void mend(int from, int to) {
        cuts.remove(pair(from, to));
    }

    /** Ends all cuts. */
    public void mendAll() {
        cuts.clear();
    }

    /** Returns whether messages can get from one node to another. */
    public boolean open(int from, int to) {
        return !cuts.contains(pair(from, to));
    }

    /** Sends a message: {@code arrival} runs when it arrives, possibly never or twice. */
    public void send(int from, int to, Runnable arrival) {
        if (random.nextDouble() < weather.loss()) {
            return;
        }
        int copies = random.nextDouble() < weather.duplicates() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            int spread = weather.delayMaxMs() - weather.delayMinMs();
            time.after(weather.delayMinMs() + random.nextInt(spread + 1), () -> {
                if (open(from, to)) {
                    delivered++;
                    arrival.run();
                }
            });
        }
    }

    /** Returns how many messages have arrived. */
    public long delivered() {
        return delivered;
    }

    private static long pair(int from, int to) {
        return (long) from << Integer.SIZE | to;
    }
}
