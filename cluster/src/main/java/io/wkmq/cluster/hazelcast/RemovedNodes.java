package io.wkmq.cluster.hazelcast;

import io.wkmq.routing.NodeId;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that were removed from the cluster and may not come back by themselves. All nodes know them: each takes over what
 * others say, and of two words about one node the later one counts. Forgets the oldest beyond {@value #ENTRIES_MAX}.
 * Thread-safe.
 */
final class RemovedNodes {
    static final int ENTRIES_MAX = 1_000;

    private static final int ENTRY_BYTES = 25;
    private static final byte VERSION = 1;

    private final InstantSource clock;
    private final Map<NodeId, Word> words = new HashMap<>();

    RemovedNodes(InstantSource clock) {
        this.clock = clock;
    }

    synchronized boolean contains(NodeId node) {
        Word word = words.get(node);
        return word != null && word.removed;
    }

    synchronized Set<NodeId> nodes() {
        return words.entrySet().stream()
                .filter(entry -> entry.getValue().removed)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    synchronized void add(NodeId node) {
        say(node, true);
    }

    /** Lets the node come back. */
    synchronized void lift(NodeId node) {
        if (contains(node)) {
            say(node, false);
        }
    }

    private void say(NodeId node, boolean removed) {
        Word before = words.get(node);
        long now = clock.millis();
        put(node, new Word(before == null ? now : Math.max(now, before.stamp + 1), removed));
    }

    private void put(NodeId node, Word word) {
        words.put(node, word);
        if (words.size() > ENTRIES_MAX) {
            words.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().stamp))
                    .map(Map.Entry::getKey)
                    .ifPresent(words::remove);
        }
    }

    /** All of it for other nodes, or null if there is nothing to say. */
    synchronized byte @Nullable [] encode() {
        if (words.isEmpty()) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(1 + words.size() * ENTRY_BYTES).put(VERSION);
        words.forEach((node, word) -> bytes.putLong(node.value().getMostSignificantBits())
                .putLong(node.value().getLeastSignificantBits())
                .putLong(word.stamp)
                .put((byte) (word.removed ? 1 : 0)));
        return bytes.array();
    }

    /**
     * Takes over what another node knows.
     *
     * @return whether anything was new
     * @throws IllegalArgumentException if the bytes have another form
     */
    synchronized boolean merge(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        if (encoded.length % ENTRY_BYTES != 1
                || bytes.get() != VERSION
                || encoded.length > 1 + ENTRIES_MAX * ENTRY_BYTES) {
            throw new IllegalArgumentException("A list of removed nodes has " + encoded.length
                    + " bytes; expected version " + VERSION + " and entries of " + ENTRY_BYTES);
        }
        boolean changed = false;
        while (bytes.hasRemaining()) {
            NodeId node = new NodeId(new UUID(bytes.getLong(), bytes.getLong()));
            Word said = new Word(bytes.getLong(), bytes.get() == 1);
            Word known = words.get(node);
            if (known == null || said.after(known)) {
                put(node, said);
                changed = true;
            }
        }
        return changed;
    }

    private record Word(long stamp, boolean removed) {
        /** At the same instant removal wins, on every node. */
        boolean after(Word other) {
            return stamp > other.stamp || (stamp == other.stamp && removed && !other.removed);
        }
    }
}
