package io.wkmq.testing.history;

import io.wkmq.testing.history.ChannelHistory.Acknowledged;
import io.wkmq.testing.history.ChannelHistory.Publisher;
import io.wkmq.testing.history.ChannelHistory.Read;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges the replicas of a channel. All replicas must be equal and start at sequence number 1 without gaps; terms and timestamps never
 * decrease; each message was sent by a publisher and appears once; each acknowledged message is present at the sequence number its
 * publisher was told; the acknowledged messages of each publisher are in order, except for those refused before. A reader with a cursor
 * receives what is in the channel, in order, and after a reconnect resumes no later than right behind the last message it received. For one
 * judgement; not thread-safe.
 */
public final class ChannelJudge {
    private static final int SHOWN = 10;

    /** A publisher's message. */
    private record Message(String publisher, boolean named, long number) {
        @Override
        public String toString() {
            return ChannelHistory.payload(publisher, number);
        }
    }

    private final ChannelHistory history;
    private final String topics;
    private final MessageDigest sha256 = sha256();
    private final Map<String, Message> sent = new HashMap<>();
    private final Map<String, List<String>> wrong = new TreeMap<>();

    private ChannelJudge(ChannelHistory history, String topics) {
        this.history = history;
        this.topics = topics;
        for (Publisher publisher : history.publishers()) {
            for (long number = 1; number <= publisher.sent(); number++) {
                Message message = new Message(publisher.name(), publisher.named(), number);
                sent.put(digest(message.toString()), message);
            }
        }
    }

    /**
     * Judges the replicas and the readers.
     *
     * @param topics the prefix of a publisher's topic, in front of its name
     * @param dumps the content of each node's replica, by node name: one line per message
     */
    public static ChannelVerdict judge(ChannelHistory history, String topics, Map<String, List<String>> dumps) {
        return new ChannelJudge(history, topics).judge(Collections.min(dumps.keySet()), dumps);
    }

    private ChannelVerdict judge(String first, Map<String, List<String>> dumps) {
        List<String> reference = dumps.getOrDefault(first, List.of());
        check(first, reference);
        dumps.forEach((node, lines) -> {
            if (!lines.equals(reference)) {
                report("divergence", difference(first, reference, node, lines));
                check(node, lines);
            }
        });
        return new ChannelVerdict(
                wrong.values().stream().flatMap(List::stream).toList(),
                history.acknowledged().size(),
                reference.size(),
                history.reads().size());
    }

    private static String difference(String first, List<String> reference, String node, List<String> lines) {
        int at = 0;
        while (at < reference.size() && at < lines.size() && reference.get(at).equals(lines.get(at))) {
            at++;
        }
        return first + " has " + reference.size() + " messages and " + node + ' ' + lines.size() + "; line " + (at + 1)
                + ": " + line(reference, at) + " and " + line(lines, at);
    }

    private static String line(List<String> lines, int at) {
        return at < lines.size() ? lines.get(at) : "none";
    }

    private void check(String node, List<String> dump) {
        List<LogLine> lines = dump.stream().map(LogLine::parse).toList();
        Map<Message, Long> places = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            checkPlace(node, lines, i);
            checkMessage(node, lines.get(i), places);
        }
        history.acknowledged().forEach(ack -> checkPresent(node, ack, places));
        checkOrder(node, places);
        checkReads(node, lines);
    }

    private void checkPlace(String node, List<LogLine> lines, int index) {
        LogLine line = lines.get(index);
        if (line.seq() != index + 1) {
            report("gap", node + ": line " + (index + 1) + " is " + line);
        }
        if (index > 0) {
            LogLine before = lines.get(index - 1);
            if (line.term() < before.term() || line.time().isBefore(before.time())) {
                report("back", node + ": " + line + " is behind " + before);
            }
        }
    }

    private void checkMessage(String node, LogLine line, Map<Message, Long> places) {
        Message message = sent.get(line.sha256());
        if (message == null) {
            report("invented", node + ": nobody sent " + line);
            return;
        }
        String name = message.named ? Long.toString(message.number) : null;
        if (!line.topic().equals(topics + message.publisher) || !Objects.equals(line.name(), name)) {
            report("changed", node + ": '" + message + "' is " + line);
        }
        Long earlier = places.putIfAbsent(message, line.seq());
        if (earlier != null) {
            report("twice", node + ": '" + message + "' is " + earlier + " and " + line.seq());
        }
    }

    private void checkPresent(String node, Acknowledged ack, Map<Message, Long> places) {
        Message message = sent.get(digest(ChannelHistory.payload(ack.publisher(), ack.number())));
        Long place = message == null ? null : places.get(message);
        if (place == null) {
            report("lost", node + ": " + ack + " is not there");
        } else if (ack.seq() != 0 && ack.seq() != place) {
            report("moved", node + ": " + ack + " is " + place);
        }
    }

    private void checkOrder(String node, Map<Message, Long> places) {
        Map<String, List<Acknowledged>> publishers = history.acknowledged().stream()
                .filter(ack -> !ack.repeated())
                .collect(Collectors.groupingBy(Acknowledged::publisher, TreeMap::new, Collectors.toList()));
        publishers.forEach((publisher, acks) -> {
            long before = 0;
            for (Acknowledged ack : sorted(acks)) {
                Message message = sent.get(digest(ChannelHistory.payload(publisher, ack.number())));
                long place = message == null ? 0 : places.getOrDefault(message, 0L);
                if (place != 0 && place < before) {
                    report("order", node + ": '" + message + "' is " + place + ", and an earlier one of it " + before);
                }
                before = Math.max(before, place);
            }
        });
    }

    private static List<Acknowledged> sorted(List<Acknowledged> acks) {
        return acks.stream()
                .sorted(Comparator.comparingLong(Acknowledged::number))
                .toList();
    }

    private void checkReads(String node, List<LogLine> lines) {
        Map<String, Read> last = new HashMap<>();
        Map<String, Long> highest = new HashMap<>();
        for (Read read : history.reads()) {
            Read before = last.put(read.reader(), read);
            long seen = highest.getOrDefault(read.reader(), 0L);
            highest.put(read.reader(), Math.max(seen, read.seq()));
            if (!follows(before, read, seen)) {
                report("skipped", read + " came behind " + before);
            }
            if (read.seq() < 1
                    || read.seq() > lines.size()
                    || !lines.get((int) (read.seq() - 1)).sha256().equals(digest(read.payload()))) {
                report("read", node + ": " + read + " is not what is there");
            }
        }
    }

    private static boolean follows(@Nullable Read before, Read read, long seen) {
        if (before != null && before.run() == read.run()) {
            return read.seq() == before.seq() + 1;
        }
        return read.seq() <= seen + 1;
    }

    private void report(String kind, String what) {
        List<String> found = wrong.computeIfAbsent(kind, key -> new ArrayList<>());
        if (found.size() < SHOWN) {
            found.add(kind + ": " + what);
        }
    }

    private String digest(String payload) {
        return HexFormat.of().formatHex(sha256.digest(payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform supports SHA-256
        }
    }
}
