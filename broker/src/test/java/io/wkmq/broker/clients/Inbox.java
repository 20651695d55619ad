package io.wkmq.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The messages that have arrived at a client, in order. Thread-safe. */
final class Inbox {
    /**
     * A message and the action that acknowledges it.
     *
     * @param acknowledge has an effect only if the client was told to leave acknowledgements to the test
     */
    record Arrival(Letter letter, Runnable acknowledge) {}

    /** Generous: it is only used up when a test fails. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    void add(Letter letter, Runnable acknowledge) {
        arrivals.add(new Arrival(letter, acknowledge));
    }

    /** Waits for the next one. */
    Arrival nextArrival() {
        try {
            Arrival arrival = arrivals.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(arrival).as("a message within %s", LIMIT).isNotNull();
            return arrival;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for a message", e);
        }
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    Letter next() {
        return nextArrival().letter();
    }

    /** Waits for that many texts. */
    List<String> texts(int count) {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            texts.add(next().text());
        }
        return texts;
    }

    /** Waits for a text; all that came up to it, itself excluded. */
    List<String> textsUntil(String last) {
        List<String> texts = new ArrayList<>();
        for (String text = next().text(); !text.equals(last); text = next().text()) {
            texts.add(text);
        }
        return texts;
    }
}
