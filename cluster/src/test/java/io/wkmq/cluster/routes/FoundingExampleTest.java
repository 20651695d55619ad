package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.routes.MemoryNetwork.MemoryNode;
import io.wkmq.routing.Audience;
import io.wkmq.routing.Dispatcher;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.Match;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.Route;
import io.wkmq.routing.Router;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The example with which EMQ explains its cluster: three nodes, three clients, one trie and one route table on all nodes, and a message
 * that is sent to each node only once.
 */
class FoundingExampleTest {
    private static final LocalSubscribers CLIENT = () -> false;

    private final MemoryNetwork network = new MemoryNetwork();
    private final Map<NodeId, MemoryNode> nodes = new HashMap<>();
    private final Map<NodeId, Router<LocalSubscribers>> routers = new HashMap<>();
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        for (int i = 1; i <= 3; i++) {
            MemoryNode node = network.start(i);
            nodes.put(node.self.id(), node);
            routers.put(node.self.id(), router(i, node));
        }
        subscribe(1, "t/+/x", "t/+/y");
        subscribe(2, "t/#");
        subscribe(3, "t/+/x", "t/a");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void allNodesHaveTheSameTrieAndRouteTable() {
        Map<String, Set<String>> expected = Map.of(
                "t/+/x", Set.of("node1", "node3"),
                "t/+/y", Set.of("node1"),
                "t/#", Set.of("node2"),
                "t/a", Set.of("node3"));
        nodes.values().forEach(node -> assertThat(routes(node)).isEqualTo(expected));
    }

    @Test
    void aMessageCrossesToEachNodeOnce() {
        publish(1, "t/a");
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "node1 -> node2", "node2 delivers t/a", "node1 -> node3", "node3 delivers t/a");
    }

    @Test
    void whatOnlyOneNodeWantsGoesThereOnly() {
        publish(3, "t/b/y");
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "node3 -> node1", "node1 delivers t/b/y", "node3 -> node2", "node2 delivers t/b/y");
        log.clear();
        publish(2, "u");
        assertThat(log).isEmpty();
    }

    /** As clients do: the next step comes when the SUBACK is there. */
    private void subscribe(int number, String... filters) throws Exception {
        MemoryNode node = node(number);
        for (String filter : filters) {
            node.table.attach(TopicFilter.of(filter), 0, () -> CLIENT);
        }
        CompletableFuture<Void> suback = new CompletableFuture<>();
        node.replication.awaitKnown(() -> suback.complete(null));
        suback.get(60, TimeUnit.SECONDS);
    }

    private void publish(int number, String topic) {
        Message message = new Message(
                TopicName.of(topic),
                new byte[0],
                Qos.AT_LEAST_ONCE,
                false,
                MessageProperties.NONE,
                "publisher",
                0,
                Message.NEVER);
        Router<LocalSubscribers> router = routers.get(MemoryNetwork.id(number));
        if (router != null) {
            router.route(message, HandOver.NONE);
        }
    }

    private MemoryNode node(int number) {
        MemoryNode node = nodes.get(MemoryNetwork.id(number));
        if (node == null) {
            throw new AssertionError("There is no node " + number);
        }
        return node;
    }

    private static String name(NodeId id) {
        return "node" + id.value().getLeastSignificantBits();
    }

    private Map<String, Set<String>> routes(MemoryNode node) {
        Map<String, Set<String>> routes = new TreeMap<>();
        node.table.forEach(route -> routes.put(route.filter().text(), nodesOf(route, node)));
        return routes;
    }

    private static Set<String> nodesOf(Route<LocalSubscribers> route, MemoryNode node) {
        Set<String> names = new TreeSet<>();
        if (route.hasLocals()) {
            names.add(name(node.self.id()));
        }
        route.nodes().forEach(id -> names.add(name(id)));
        return names;
    }

    private Router<LocalSubscribers> router(int number, MemoryNode node) {
        Dispatcher<LocalSubscribers> dispatcher = new Dispatcher<>() {
            @Override
            public void dispatch(Match<LocalSubscribers> match, Message message, HandOver handOver) {
                log.add("node" + number + " delivers " + message.topic());
            }

            @Override
            public void dispatchShared(ShareGroup group, ShareMember member, Message message, HandOver handOver) {
                throw new AssertionError("Nobody shares a subscription");
            }
        };
        return new Router<>(node.table, dispatcher, (to, message, audience, handOver) -> {
            log.add("node" + number + " -> " + name(to));
            assertThat(audience).isEqualTo(Audience.PLAIN);
            Router<LocalSubscribers> other = routers.get(to);
            if (other != null) {
                assertThat(other.deliver(message, audience.plain(), List.of(), handOver))
                        .isEmpty();
            }
        });
    }
}
