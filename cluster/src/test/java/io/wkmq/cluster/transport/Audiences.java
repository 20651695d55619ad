package io.wkmq.cluster.transport;

import io.wkmq.routing.Audience;
import io.wkmq.routing.Interest;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Creates audiences as a route table would. */
final class Audiences {
    private Audiences() {}

    /** The members of these groups on a node, and its plain subscribers or not. */
    static Audience of(NodeId node, boolean plain, SubscriptionFilter... groups) {
        List<RemoteMembers> members = new ArrayList<>();
        for (SubscriptionFilter group : groups) {
            RouteTable<LocalSubscribers> table = new RouteTable<>(1);
            table.change(node, ShareStrategy.RANDOM, List.of(new Interest(group.share(), group.filter(), 1, 1)));
            members.addAll(Objects.requireNonNull(table.route(group.filter()))
                    .groups()
                    .get(0)
                    .remotes());
        }
        return new Audience(plain, members);
    }
}
