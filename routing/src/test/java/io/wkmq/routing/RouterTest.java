package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final NodeId ONE = new NodeId(new UUID(0, 1));
    private static final NodeId TWO = new NodeId(new UUID(0, 2));

    private final RouteTable<Subscribers> table = new RouteTable<>(2);
    private final List<String> log = new ArrayList<>();
    private final Router<Subscribers> router = new Router<>(
            table,
            new Dispatcher<>() {
                @Override
                public void dispatch(Match<Subscribers> match, Message message, HandOver handOver) {
                    log.add("dispatch " + message.topic() + " to "
                            + match.locals().size());
                }

                @Override
                public void dispatchShared(ShareGroup group, ShareMember member, Message message, HandOver handOver) {
                    log.add("share " + message.topic() + " to " + member.clientId());
                }
            },
            (node, message, handOver) ->
                    log.add("forward " + message.topic() + " to " + node.value().getLeastSignificantBits()));

    @Test
    void aTopicNobodyWantsGoesNowhere() {
        assertThat(route("a")).isFalse();
        assertThat(log).isEmpty();
    }

    @Test
    void localSubscribersAreDispatchedToOnce() {
        table.attach(TopicFilter.of("a"), 0, () -> new Subscribers("x"));
        table.attach(TopicFilter.of("+"), 1, () -> new Subscribers("y"));
        assertThat(route("a")).isTrue();
        assertThat(log).containsExactly("dispatch a to 2");
    }

    @Test
    void eachNodeGetsOneCopy() {
        table.add(TopicFilter.of("a"), ONE);
        table.add(TopicFilter.of("+"), ONE);
        table.add(TopicFilter.of("#"), TWO);
        assertThat(route("a")).isTrue();
        assertThat(log).containsExactlyInAnyOrder("forward a to 1", "forward a to 2");
    }

    @Test
    void eachShareGroupPicksOneMember() {
        join("a", "g", Member.online("c"));
        join("a", "h", Member.online("d"));
        assertThat(route("a")).isTrue();
        assertThat(log).containsExactlyInAnyOrder("share a to c", "share a to d");
    }

    @Test
    void aMessageOfAMemberThatLeftGoesToAnother() {
        Member left = Member.online("left");
        ShareGroup group = join("a", "g", left);
        assertThat(router.redispatch(group, Messages.to("a"), left, HandOver.NONE))
                .isFalse();
        join("a", "g", Member.online("next"));
        assertThat(router.redispatch(group, Messages.to("a"), left, HandOver.NONE))
                .isTrue();
        assertThat(log).containsExactly("share a to next");
    }

    @Test
    void aClusterOfOneForwardsNothing() {
        assertThatThrownBy(() -> Forwarder.NONE.forward(ONE, Messages.to("a"), HandOver.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(ONE.toString());
    }

    private boolean route(String topic) {
        return router.route(Messages.to(topic), HandOver.NONE);
    }

    private ShareGroup join(String filter, String group, Member member) {
        return table.join(TopicFilter.of(filter), new ShareName(group), ShareStrategy.ROUND_ROBIN, member);
    }
}
