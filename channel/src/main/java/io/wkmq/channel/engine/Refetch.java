package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * That one channel of a group is fetched anew, since it is not what other nodes have. Immutable.
 *
 * @param channel its number
 * @param donors the nodes that have the right one: no other one is asked; empty if that is not known any more
 */
record Refetch(int channel, Set<NodeId> donors) {
    /** Copies the set. */
    Refetch {
        donors = Set.copyOf(donors);
    }

    /** That it goes on, as the table says, after the node has ended. */
    static Refetch resumed(int channel) {
        return new Refetch(channel, Set.of());
    }

    /** Those of them that may be asked. */
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
