package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A request to fetch one channel of a group anew because it differs from that of other nodes. Immutable.
 *
 * @param channel its number
 * @param donors the nodes that have the correct one, the only ones to be asked; empty if they are no longer known
 */
record Refetch(int channel, Set<NodeId> donors) {
    /** Copies the set. */
    Refetch {
        donors = Set.copyOf(donors);
    }

    /** Returns the request noted in the table, to be continued after a restart. */
    static Refetch resumed(int channel) {
        return new Refetch(channel, Set.of());
    }

    /** Returns those of the given donors that may be asked. */
    Donors from(Donors all) {
        return donors.isEmpty() ? all : new Chosen(all, donors);
    }

    private record Chosen(Donors all, Set<NodeId> donors) implements Donors {
        @Override
        public List<NodeId> here() {
            return all.here().stream().filter(donors::contains).toList();
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
            return all.ask(donor, question);
        }
    }
}
