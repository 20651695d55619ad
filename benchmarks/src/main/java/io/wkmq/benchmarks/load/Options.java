package io.wkmq.benchmarks.load;

/**
 * What the command line asks for.
 *
 * @param target the broker
 * @param crew the clients
 * @param traffic the messages
 * @param json whether the result is one line of JSON, without progress
 */
record Options(Target target, Crew crew, Traffic traffic, boolean json) {}
