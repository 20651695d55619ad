package io.wkmq.broker.ctl;

import io.wkmq.routing.NodeName;
import java.time.Clock;
import java.time.Instant;

/**
 * Which node this is.
 *
 * @param name what administrators call it
 * @param version its version
 * @param clock the time of day
 * @param startedAt since when it runs
 */
public record NodeFacts(NodeName name, String version, Clock clock, Instant startedAt) {}
