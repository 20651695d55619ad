package io.wkmq.cluster.hazelcast.cp;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a member takes part in the CP subsystem.
 *
 * @param directory the directory of the durable log, private to this node
 * @param members how many members the CP subsystem begins with; the same on all nodes, at least 3
 * @param election the minimum silence after which a leader is replaced
 * @param limits the limits of the log
 * @param onBroken called once when the log fails; the node must then end at once
 * @param channels the channels whose logs are Raft groups; null for none
 * @param channelGroups the number of their groups; 0 for none
 */
public record CpSettings(
        Path directory,
        int members,
        Duration election,
        CpStore.Limits limits,
        Consumer<IOException> onBroken,
        @Nullable CpChannels channels,
        int channelGroups) {
    /** Validates what can be checked in isolation. */
    public CpSettings {
        if (members < 3) {
            throw new IllegalArgumentException(
                    "The CP subsystem is to begin with " + members + " members; expected 3 or more");
        }
        if (election.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "A leader is to be replaced after " + election + "; expected at least 100 ms");
        }
        if (channels == null ? channelGroups != 0 : channelGroups < 1) {
            throw new IllegalArgumentException("The channels are in " + channelGroups + " groups; expected "
                    + (channels == null ? "none without channels" : "1 or more"));
        }
    }
}
