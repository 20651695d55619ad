package io.wkmq.cluster.retained.protocol;

import io.wkmq.routing.TopicName;
import java.util.List;

/** Messages between nodes about retained messages. Immutable; arrays are shared and must not be modified. */
public sealed interface SyncMessage {
    /** Changes made by clients of the sender. Answered by {@link Noted} once they are stored. */
    record Changes(Entries entries) implements SyncMessage {}

    /**
     * A digest of what the sender has. Answered by {@link Differing}.
     *
     * @param atMs removals that have ended by this time do not count
     * @param groups the hashes of all groups of buckets
     */
    record Digest(long atMs, long[] groups) implements SyncMessage {}

    /** The groups in which the answering node differs; none if there is no difference. */
    record Differing(List<Group> groups) implements SyncMessage {}

    /**
     * A group of buckets.
     *
     * @param number its number
     * @param hashes the hashes of its buckets
     */
    record Group(int number, long[] hashes) {}

    /** Requests the contents of buckets, except what the sender has. Answered by {@link Pulled}. */
    record Pull(List<Wanted> buckets) implements SyncMessage {}

    /**
     * A requested bucket.
     *
     * @param bucket its number
     * @param have the hashes of what must not be sent
     */
    record Wanted(int bucket, long[] have) {}

    /**
     * The requested contents, or a part of them.
     *
     * @param more whether there is more, for which the same must be requested again
     * @param large messages too large to be sent together with others
     * @param entries the other messages
     */
    record Pulled(boolean more, List<Large> large, Entries entries) implements SyncMessage {}

    /**
     * A large message.
     *
     * @param topic its topic
     * @param hash the hash of its topic and stamp
     * @param bytes its approximate size
     */
    record Large(TopicName topic, long hash, int bytes) {}

    /**
     * Requests a part of a large message. Answered by {@link Part}, or by {@link Noted} if the message is gone.
     *
     * @param topic its topic
     * @param hash the hash of its topic and stamp
     * @param offset where the part begins
     */
    record PullPart(TopicName topic, long hash, int offset) implements SyncMessage {}

    /**
     * A part of a large message.
     *
     * @param total the size of the whole, which is an {@link Entries} with one entry, in bytes
     * @param bytes the part
     */
    record Part(int total, byte[] bytes) implements SyncMessage {}

    /** An empty answer. */
    record Noted() implements SyncMessage {}
}
