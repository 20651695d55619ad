package io.wkmq.testing.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The events of all clients in the order in which they were recorded. Thread-safe. */
public final class History {
    private static final int ENDS_SHOWN = 5;

    private final long start = System.nanoTime();
    private final List<Event> events = new ArrayList<>();

    synchronized void record(Event event) {
        events.add(event);
    }

    /** Returns what happened so far. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** Returns the first few connections that ended. */
    List<String> ends() {
        return events().stream()
                .filter(Event.Ended.class::isInstance)
                .limit(ENDS_SHOWN)
                .map(this::line)
                .toList();
    }

    /** Returns the clients whose connection ended at or after {@code sinceNanos}. */
    public Set<String> disconnected(long sinceNanos) {
        return events().stream()
                .filter(event -> event.nanos() - sinceNanos >= 0)
                .filter(Event.Ended.class::isInstance)
                .map(event -> ((Event.Ended) event).client())
                .collect(Collectors.toSet());
    }

    /** Returns the longest time between two successive acknowledgements of one of those publishers, ending after {@code sinceNanos}. */
    public Duration longestAckPause(Predicate<String> publishers, long sinceNanos) {
        Map<String, Long> last = new HashMap<>();
        long longest = 0;
        for (Event event : events()) {
            if (event instanceof Event.Acknowledged ack && publishers.test(ack.publisher())) {
                Long before = last.put(ack.publisher(), ack.nanos());
                if (before != null && ack.nanos() - sinceNanos > 0) {
                    longest = Math.max(longest, ack.nanos() - before);
                }
            }
        }
        return Duration.ofNanos(longest);
    }

    /**
     * Returns the longest time between two successive messages of one of those publishers at one of those subscribers, ending after {@code
     * sinceNanos}.
     */
    public Duration longestDeliveryPause(Predicate<String> publishers, Predicate<String> subscribers, long sinceNanos) {
        Map<List<String>, Long> last = new HashMap<>();
        long longest = 0;
        for (Event event : events()) {
            if (event instanceof Event.Received received
                    && publishers.test(received.publisher())
                    && subscribers.test(received.subscriber())) {
                Long before = last.put(List.of(received.publisher(), received.subscriber()), received.nanos());
                if (before != null && received.nanos() - sinceNanos > 0) {
                    longest = Math.max(longest, received.nanos() - before);
                }
            }
        }
        return Duration.ofNanos(longest);
    }

    /** Returns the longest time that a roaming client waited for CONNACK, counting those that connected after {@code sinceNanos}. */
    public Duration longestConnect(long sinceNanos) {
        return Duration.ofNanos(
                answered(sinceNanos).mapToLong(Event.Answered::tookNanos).max().orElse(0));
    }

    /** Returns how often roaming clients that connected after {@code sinceNanos} were accepted. */
    public long accepted(long sinceNanos) {
        return answered(sinceNanos).filter(answer -> answer.code() == 0).count();
    }

    /** Returns the refusals of roaming clients that connected after {@code sinceNanos}, one line each. */
    public List<String> refusals(long sinceNanos) {
        return answered(sinceNanos)
                .filter(answer -> answer.code() != 0)
                .map(this::line)
                .toList();
    }

    private Stream<Event.Answered> answered(long sinceNanos) {
        return events().stream()
                .filter(Event.Answered.class::isInstance)
                .map(Event.Answered.class::cast)
                .filter(answer -> answer.nanos() - answer.tookNanos() - sinceNanos >= 0);
    }

    /** Writes one event per line. */
    public void write(Path file) {
        try {
            Files.write(file, events().stream().map(this::line).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line(Event event) {
        return String.format(Locale.ROOT, "%9.3f s %s", (event.nanos() - start) / 1e9, event);
    }
}
