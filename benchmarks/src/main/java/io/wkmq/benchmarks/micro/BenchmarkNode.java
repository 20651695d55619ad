package io.wkmq.benchmarks.micro;

import io.wkmq.channel.Channels;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.RouteTable;
import io.wkmq.session.SessionConfig;
import io.wkmq.session.SessionEnvironment;
import io.wkmq.session.Sessions;
import java.time.Clock;
import java.util.List;

/** Creates the sessions of a node without the components around them. Stateless. */
final class BenchmarkNode {
    private BenchmarkNode() {}

    static Sessions sessions(InlineShard shard) {
        return new Sessions(
                SessionConfig.defaults(),
                List.of(shard),
                new SessionEnvironment(
                        "node@benchmark",
                        Clock.systemUTC(),
                        new RouteTable<>(1),
                        Forwarder.NONE,
                        new OpenDirectory(),
                        null,
                        new NothingRetained(),
                        Channels.NONE));
    }
}
