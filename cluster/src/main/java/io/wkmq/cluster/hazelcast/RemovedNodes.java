package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.membership.RemovalWord;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that were removed from the cluster and may not come back by themselves. All nodes know them: each takes over what
 * others say, and of two words about one node the later one counts. Forgets the oldest beyond {@value #ENTRIES_MAX}, of nodes that
 * are back before those that are not. Thread-safe.
 *
 * <p>The list is text, for messages and for the {@link RemovedFile} alike: a first line with its version, then for each node
 * {@code <uuid> <milliseconds> removed|back <name@host>}, with a {@code -} for a name that nobody knew.
 */
final class RemovedNodes {
    static final int ENTRIES_MAX = 1_000;

    private static final String HEADER = "wkmq-removed 1";
    private static final String REMOVED = "removed";
    private static final String BACK = "back";
    private static final String NO_NAME = "-";
    private static final int BYTES_MAX = 512 * 1024;

    private final InstantSource clock;

    @GuardedBy("this")
    private final Map<NodeId, RemovalWord> words = new HashMap<>();

    /** When those who are removed were refused last. */
    @GuardedBy("this")
    private final Map<NodeId, Instant> knocks = new HashMap<>();

    RemovedNodes(InstantSource clock) {
        this.clock = clock;
    }

    synchronized boolean contains(NodeId node) {
        RemovalWord word = words.get(node);
        return word != null && word.removed();
    }

    synchronized Set<NodeId> nodes() {
        return words.values().stream()
                .filter(RemovalWord::removed)
                .map(RemovalWord::node)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Those who are removed: since when, and their names as far as they are known. */
    synchronized List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (RemovalWord word : words.values()) {
            if (word.removed()) {
                Instant since = Instant.ofEpochMilli(word.timeMs());
                entries.add(new Entry(word.node(), word.name(), since, knocks.get(word.node())));
            }
        }
        return entries;
    }

    /** All that is said of nodes. */
    synchronized List<RemovalWord> words() {
        return List.copyOf(words.values());
    }

    /**
     * Takes over what others say.
     *
     * @return whether anything was new
     */
    synchronized boolean merge(List<RemovalWord> said) {
        boolean changed = false;
        for (RemovalWord word : said) {
            RemovalWord known = words.get(word.node());
            if (known == null || word.after(known)) {
                put(word);
                changed = true;
            }
        }
        return changed;
    }

    /** Removes a node, of which the name may be unknown. */
    synchronized void add(NodeId node, @Nullable NodeName name) {
        say(node, name, true);
    }

    /** A removed node tried to come back and was refused. */
    synchronized void knocked(NodeId node) {
        if (contains(node)) {
            knocks.put(node, clock.instant());
        }
    }

    /** Lets the node come back, if it is known to be removed. */
    synchronized void lift(NodeId node) {
        if (contains(node)) {
            comeBack(node);
        }
    }

    /**
     * Lets the node come back, as somebody wants who may know of a removal that is not known here: it counts no more when it is heard
     * of later.
     */
    synchronized void comeBack(NodeId node) {
        RemovalWord word = words.get(node);
        say(node, word == null ? null : word.name(), false);
    }

    /** What is said of these nodes now, for {@link #undo}. */
    synchronized Words about(Set<NodeId> nodes) {
        Map<NodeId, RemovalWord> said = new HashMap<>(words);
        said.keySet().retainAll(nodes);
        return new Words(said);
    }

    /** Says again what was said before, of those of whom nothing else was heard since. */
    synchronized void undo(Words said, Words before) {
        for (Map.Entry<NodeId, RemovalWord> entry : said.words.entrySet()) {
            NodeId node = entry.getKey();
            RemovalWord former = before.words.get(node);
            if (former == null) {
                words.remove(node, entry.getValue());
            } else {
                words.replace(node, entry.getValue(), former);
            }
        }
    }

    @GuardedBy("this")
    private void say(NodeId node, @Nullable NodeName name, boolean removed) {
        RemovalWord before = words.get(node);
        long now = clock.millis();
        put(new RemovalWord(node, name, removed, before == null ? now : Math.max(now, before.timeMs() + 1)));
    }

    @GuardedBy("this")
    private void put(RemovalWord word) {
        words.put(word.node(), word);
        knocks.keySet().retainAll(words.keySet());
        if (words.size() > ENTRIES_MAX) {
            words.values().stream()
                    .min(Comparator.comparing(RemovalWord::removed).thenComparingLong(RemovalWord::timeMs))
                    .map(RemovalWord::node)
                    .ifPresent(words::remove);
        }
    }

    /** All of it for other nodes, or null if there is nothing to say. */
    synchronized byte @Nullable [] encode() {
        if (words.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        words.forEach((node, word) -> text.append(node)
                .append(' ')
                .append(word.timeMs())
                .append(' ')
                .append(word.removed() ? REMOVED : BACK)
                .append(' ')
                .append(word.name() == null ? NO_NAME : word.name())
                .append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Takes over what another node knows, or what a file says.
     *
     * @return whether anything was new
     * @throws IllegalArgumentException if the bytes have another form; nothing of them is taken then
     */
    boolean merge(byte[] encoded) {
        if (encoded.length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "A list of removed nodes has " + encoded.length + " bytes; expected up to " + BYTES_MAX);
        }
        String[] lines = new String(encoded, StandardCharsets.UTF_8).split("\n", -1);
        int last = lines.length - 1; // it is empty, for each line has an end
        if (!lines[0].equals(HEADER) || last > ENTRIES_MAX + 1 || !lines[last].isEmpty()) {
            throw new IllegalArgumentException("A list of removed nodes has " + lines.length
                    + " lines; expected whole ones, '" + HEADER + "' and up to " + ENTRIES_MAX + " more");
        }
        List<RemovalWord> said = new ArrayList<>();
        for (int i = 1; i < last; i++) {
            said.add(read(lines[i]));
        }
        return merge(said);
    }

    private static RemovalWord read(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 4 || !(words[2].equals(REMOVED) || words[2].equals(BACK))) {
            throw new IllegalArgumentException("A line about a removed node has another form; expected"
                    + " <uuid> <milliseconds> removed|back <name@host>");
        }
        return new RemovalWord(
                new NodeId(UUID.fromString(words[0])),
                words[3].equals(NO_NAME) ? null : NodeName.parse(words[3]),
                words[2].equals(REMOVED),
                Long.parseLong(words[1]));
    }

    /**
     * A node that is removed.
     *
     * @param name null if nobody knew it
     * @param since when it was removed, by the clock of the node where that was done
     * @param knocked when it was refused by this node last; null if never
     */
    record Entry(
            NodeId id,
            @Nullable NodeName name,
            Instant since,
            @Nullable Instant knocked) {}

    /** What is said of some nodes. */
    static final class Words {
        private final Map<NodeId, RemovalWord> words;

        private Words(Map<NodeId, RemovalWord> words) {
            this.words = words;
        }
    }
}
