package io.wkmq.cluster.retained.protocol;

import io.wkmq.routing.TopicName;
import java.util.List;

/** What nodes say to each other about retained messages. Immutable; arrays are shared, read only. */
public sealed interface SyncMessage {
    /** What clients of the sender have changed. Answered by {@link Noted} once it is stored. */
    record Changes(Entries entries) implements SyncMessage {}

    /**
     * What the sender has, in short. Answered by {@link Differing}.
     *
     * @param atMs removals whose time is over then are not counted
     * @param groups the hashes of the groups of buckets, all of them
     */
    record Digest(long atMs, long[] groups) implements SyncMessage {}

    /** The groups in which the answering node has something else; none if all is the same. */
    record Differing(List<Group> groups) implements SyncMessage {}

    /**
     * A group of buckets.
     *
     * @param number its number
     * @param hashes those of its buckets
     */
    record Group(int number, long[] hashes) {}

    /** Asks for what is in buckets, but for what the sender has. Answered by {@link Pulled}. */
    record Pull(List<Wanted> buckets) implements SyncMessage {}

    /**
     * A bucket that is asked for.
     *
     * @param bucket its number
     * @param have the hashes of what is not to be sent
     */
    record Wanted(int bucket, long[] have) {}

    /**
     * What was asked for, or a part of it.
     *
     * @param more whether there is more, for which the same is to be asked again
     * @param large what is too large to be sent with others
     * @param entries the others
     */
    record Pulled(boolean more, List<Large> large, Entries entries) implements SyncMessage {}

    /**
     * Something large.
     *
     * @param topic its topic
     * @param hash of its topic and stamp
     * @param bytes about how large it is
     */
    record Large(TopicName topic, long hash, int bytes) {}

    /**
     * Asks for a part of something large. Answered by {@link Part}, or {@link Noted} if it is not there any more.
     *
     * @param topic its topic
     * @param hash of its topic and stamp
     * @param offset where the part begins
     */
    record PullPart(TopicName topic, long hash, int offset) implements SyncMessage {}

    /**
     * A part of something large.
     *
     * @param total how many bytes the whole has: {@link Entries} with one entry
     * @param bytes the part
     */
    record Part(int total, byte[] bytes) implements SyncMessage {}

    /** An answer that says nothing but that there was something to answer. */
    record Noted() implements SyncMessage {}
}
