package io.wkmq.testing.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What publishers into a channel were told, and what its readers got. Thread-safe. */
public final class ChannelHistory {
    /**
     * A publisher.
     *
     * @param named whether its messages have names: their numbers
     * @param sent the number of its last message, from 1 on
     */
    record Publisher(String name, boolean named, long sent) {}

    /**
     * A message was acknowledged.
     *
     * @param seq its place in the channel; 0 if that was not said
     * @param repeated whether it was refused before, and sent again behind others
     */
    record Acknowledged(String publisher, long number, long seq, boolean repeated) {}

    /**
     * A reader got a message.
     *
     * @param run the number of its connection, from 1 on
     */
    record Read(String reader, int run, long seq, String payload) {}

    private final Map<String, Publisher> publishers = new TreeMap<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final Map<String, Long> acks = new HashMap<>();
    private final Map<String, Long> refusals = new HashMap<>();
    private final Map<String, Long> lastReads = new HashMap<>();

    /** What message a publisher of that name sends with a number. */
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

    /** How many messages of a publisher were acknowledged. */
    synchronized long acknowledgements(String publisher) {
        return acks.getOrDefault(publisher, 0L);
    }

    /** How often a message of a publisher was refused. */
    synchronized long refusals(String publisher) {
        return refusals.getOrDefault(publisher, 0L);
    }

    /** The highest sequence number that a reader got. */
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
