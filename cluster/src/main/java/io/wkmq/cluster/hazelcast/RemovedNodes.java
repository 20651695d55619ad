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
 * The nodes that were removed from the cluster and may not come back by themselves. Known to all nodes: each merges what others say, and of
 * two statements about a node the later one wins. Bounded to {@value #ENTRIES_MAX} statements; beyond that the oldest are forgotten, those
 * about nodes allowed back before those about removed ones. Thread-safe.
 *
 * <p>The list is encoded as text, both in messages and in the {@link RemovedFile}: a header line with the version, then for each node
 * {@code <uuid> <milliseconds> removed|back <name@host>}, with {@code -} for an unknown name.
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

    /** When each removed node was last refused. */
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

    /** Returns the removed nodes: since when, and their names if known. */
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

    /** Returns all statements. */
    synchronized List<RemovalWord> words() {
        return List.copyOf(words.values());
    }

    /**
     * Merges what others say.
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

    /** Records a removal; the name of the node may be unknown. */
    synchronized void add(NodeId node, @Nullable NodeName name) {
        say(node, name, true);
    }

    /** Records that a removed node tried to come back and was refused. */
    synchronized void knocked(NodeId node) {
        if (contains(node)) {
            knocks.put(node, clock.instant());
        }
    }

    /** Lets a node come back if it is known to be removed. */
    synchronized void lift(NodeId node) {
        if (contains(node)) {
            comeBack(node);
        }
    }

    /**
     * Lets a node come back even if no removal is known here: the one who orders it may know of one, which then does not count when it is
     * heard of later.
     */
    synchronized void comeBack(NodeId node) {
        RemovalWord word = words.get(node);
        say(node, word == null ? null : word.name(), false);
    }

    /** Returns the current statements about these nodes, for {@link #undo}. */
    synchronized Words about(Set<NodeId> nodes) {
        Map<NodeId, RemovalWord> said = new HashMap<>(words);
        said.keySet().retainAll(nodes);
        return new Words(said);
    }

    /** Restores the earlier statements about those nodes of which nothing else has been heard since. */
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

    /** Encodes the list for other nodes, or returns null if it is empty. */
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
     * Merges an encoded list of another node or of the file.
     *
     * @return whether anything was new
     * @throws IllegalArgumentException if the bytes are malformed; nothing is merged then
     */
    boolean merge(byte[] encoded) {
        if (encoded.length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "A list of removed nodes has " + encoded.length + " bytes; expected up to " + BYTES_MAX);
        }
        String[] lines = new String(encoded, StandardCharsets.UTF_8).split("\n", -1);
        int last = lines.length - 1; // the part behind the last line end, which is empty
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
     * A removed node.
     *
     * @param name the node's name; null if it is unknown
     * @param since when it was removed, by the clock of the node where that was done
     * @param knocked when this node last refused it; null if never
     */
    record Entry(
            NodeId id,
            @Nullable NodeName name,
            Instant since,
            @Nullable Instant knocked) {}

    /** The statements about some nodes. */
    static final class Words {
        private final Map<NodeId, RemovalWord> words;

        private Words(Map<NodeId, RemovalWord> words) {
            this.words = words;
        }
    }
}
