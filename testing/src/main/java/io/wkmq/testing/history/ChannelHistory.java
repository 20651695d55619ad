package io.wkmq.testing.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the publishers into a channel were told, and what its readers received. Thread-safe. */
public final class ChannelHistory {
    /**
     * A publisher.
     *
     * @param named whether its messages carry names: their numbers
     * @param sent the number of its last message, starting at 1
     */
    record Publisher(String name, boolean named, long sent) {}

    /**
     * A message was acknowledged.
     *
     * @param seq its sequence number in the channel; 0 if the acknowledgement did not contain it
     * @param repeated whether it had been refused before and was resent behind others
     */
    record Acknowledged(String publisher, long number, long seq, boolean repeated) {}

    /**
     * A reader received a message.
     *
     * @param run the number of the reader's connection, starting at 1
     */
    record Read(String reader, int run, long seq, String payload) {}

    private final Map<String, Publisher> publishers = new TreeMap<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final Map<String, Long> acks = new HashMap<>();
    private final Map<String, Long> refusals = new HashMap<>();
    private final Map<String, Long> lastReads = new HashMap<>();

    /** Returns the payload that a publisher gives the message with that number. */
    static String payload(String publisher, long number) {
        return publisher + ' ' + number;
    }

    synchronized void sent(String publisher, boolean named, long number) {
        publishers.put(publisher, new Publisher(publisher, named, number));
    }

    synchronized void acknowledged(Acknowledged ack) {
        acknowledged.add(ack);
        acks.merge(ack.publisher(), 1L, Long::sum);
    }

    synchronized void refused(String publisher) {
        refusals.merge(publisher, 1L, Long::sum);
    }

    synchronized void read(Read read) {
        reads.add(read);
        lastReads.merge(read.reader(), read.seq(), Math::max);
    }

    /** Returns how many messages of a publisher were acknowledged. */
    synchronized long acknowledgements(String publisher) {
        return acks.getOrDefault(publisher, 0L);
    }

    /** Returns how often a message of a publisher was refused. */
    synchronized long refusals(String publisher) {
        return refusals.getOrDefault(publisher, 0L);
    }

    /** Returns the highest sequence number that a reader received. */
    synchronized long lastRead(String reader) {
        return lastReads.getOrDefault(reader, 0L);
    }

    synchronized List<Publisher> publishers() {
        return List.copyOf(publishers.values());
    }

    synchronized List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    synchronized List<Read> reads() {
        return List.copyOf(reads);
    }
}
