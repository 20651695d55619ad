package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Determines which streams each subscriber should receive. In a process that only subscribes that is any stream, starting with the first
 * message received. Thread-safe.
 */
final class StreamSources {
    private final Crew crew;
    private final int run;
    /** One entry per stream; each subscriber opens a bounded number of streams. */
    private final Map<Long, Receipts> receipts = new ConcurrentHashMap<>();

    private final List<EndToEnd> onTheWay = new ArrayList<>();

    StreamSources(Crew crew, int run) {
        this.crew = crew;
        this.run = run;
    }

    /** Adds the window of the next publisher; called before any message arrives. */
    void bound(EndToEnd publisher) {
        onTheWay.add(publisher);
    }

    /** Returns the streams expected by one subscriber. */
    Subscriber.Expectation of(int subscriber) {
        return new Subscriber.Expectation() {
            @Override
            public @Nullable StreamCheck open(long stream, long sequence) {
                return expected(subscriber, stream) ? StreamSources.this.open(stream, sequence) : null;
            }

            @Override
            public void arrived(long stream, long count) {
                if (!onTheWay.isEmpty()) {
                    onTheWay.get(Stamp.publisher(stream)).arrived(count);
                }
            }
        };
    }

    private boolean expected(int subscriber, long stream) {
        if (crew.command() == Command.SUB) {
            return true;
        }
        int publisher = Stamp.publisher(stream);
        boolean own = stream == Stamp.stream(run, publisher) && publisher < crew.publishers();
        return own && (crew.pattern() != Pattern.PAIR || publisher == subscriber);
    }

    private @Nullable StreamCheck open(long stream, long sequence) {
        if (crew.pattern() == Pattern.SHARE) {
            return new SharedStream(receipts.computeIfAbsent(stream, key -> new Receipts()));
        }
        return new FullStream(crew.command() == Command.SUB ? sequence : 0);
    }
}
