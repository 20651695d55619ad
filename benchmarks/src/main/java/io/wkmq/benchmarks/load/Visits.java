package io.wkmq.benchmarks.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Clients of one event loop that connect at a steady rate and disconnect at once. At most {@value #PENDING_MAX} are active at a time; if
 * the broker is slower, the others wait, and the waiting time is included in the measurement. Confined to the event loop; the counts may be
 * read from any thread.
 */
final class Visits {
    static final int PENDING_MAX = 5000;

    private static final int TICK_MS = 1;

    private final EventLoop loop;
    private final IntFunction<Client> clients;
    private final Counter ended = new Counter();
    private final Counter failed = new Counter();
    private final Counter begun = new Counter();
    private @Nullable Future<?> tick;

    /**
     * Creates visits that have not started.
     *
     * @param clients creates the client with a given number
     */
    Visits(EventLoop loop, IntFunction<Client> clients) {
        this.loop = loop;
        this.clients = clients;
    }

    /** Starts to connect clients. */
    void begin(Pace pace) {
        tick = loop.scheduleAtFixedRate(() -> visit(pace), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** Stops connecting clients. */
    void end() {
        if (tick != null) {
            tick.cancel(false);
        }
    }

    long begun() {
        return begun.read();
    }

    long ended() {
        return ended.read();
    }

    long failed() {
        return failed.read();
    }

    private void visit(Pace pace) {
        long now = NanoTime.now();
        long due = pace.due(now);
        while (begun.read() < due && begun.read() - ended.read() < PENDING_MAX) {
            long number = begun.read();
            begun.add(1);
            Client client = clients.apply((int) number);
            var unused = client.ended().thenRun(() -> left(client));
            client.start(pace.stampNs(number, now));
        }
    }

    private void left(Client client) {
        ended.add(1);
        if (client.failed()) {
            failed.add(1);
        }
    }
}
