package io.wkmq.benchmarks.load;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows which streams a subscriber is to get. In a process that only subscribes that is any, from its first message on.
 * Thread-safe.
 */
final class StreamSources {
    private final Crew crew;
    private final int run;
    /** One per stream; a subscriber opens a bounded number of them. */
    private final Map<Long, Receipts> receipts = new ConcurrentHashMap<>();

    StreamSources(Crew crew, int run) {
        this.crew = crew;
        this.run = run;
    }

    /** The streams of one subscriber. */
    StreamSource of(int subscriber) {
        return (stream, sequence) -> expected(subscriber, stream) ? open(stream, sequence) : null;
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
