package io.wkmq.channel.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** The logs of all groups of an engine, as some nodes keep them together. Thread-safe. */
public interface GroupLogs {
    /**
     * The log of a group, which is made if it is not there. Blocks until the nodes that keep it have met.
     *
     * @param limit how long
     * @throws LogClosedException if this node is none of them, with the reason
     * @throws NewcomerException if it is about to be one of them
     * @throws IOException if that is not so by then, with the reason
     */
    ReplicatedLog log(int group, Duration limit) throws IOException, InterruptedException;

    /**
     * Completes once this node's own replica has applied all that was acknowledged to anybody before. Does not block.
     *
     * @param limit after which it fails
     */
    CompletionStage<Void> caughtUp(int group, Duration limit);

    /**
     * Removes a node that is lost for ever from those that keep the logs, so that another one can take its place. Does not block.
     *
     * @param node where it was, as {@link #status} says it
     */
    CompletionStage<Void> remove(String node);

    /** What this node knows of the log of a group. Does not block. */
    CompletionStage<GroupStatus> status(int group);

    /** Whether somebody says what gets into the log of a group, as far as this node knows. */
    boolean led(int group);

    /** Whether it is this node that does, as far as it knows. Of two nodes that say so one is wrong. */
    boolean leads(int group);
}
