package io.wkmq.testing.sim;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * A network that loses, doubles, delays and reorders messages as its {@link Weather} is, and can be cut in one direction or
 * both. Nodes are numbers. Whether a node is alive is known by whoever takes the message there. Belongs to one thread.
 */
public final class SimNetwork {
    private final SimTime time;
    private final Random random;
    private final Set<Long> cuts = new HashSet<>();
    private Weather weather;
    private long delivered;

    /** A whole network. */
    public SimNetwork(SimTime time, Random random, Weather weather) {
        this.time = time;
        this.random = random;
        this.weather = weather;
    }

    /** From now on the network is like that; what is on the way is not concerned. */
    public void weather(Weather now) {
        weather = now;
    }

    /** Nothing gets from one node to another any more, not even what is on the way. The other direction is not concerned. */
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

    /** Whether something may get from one node to another. */
    public boolean open(int from, int to) {
        return !cuts.contains(pair(from, to));
    }

    /** Sends a message: {@code arrival} is run when it arrives, perhaps never, perhaps twice. */
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

    /** How many messages have arrived. */
    public long delivered() {
        return delivered;
    }

    private static long pair(int from, int to) {
        return (long) from << Integer.SIZE | to;
    }
}
