package io.wkmq.broker.config;

/**
 * The handling of disk trouble: {@code storage.*}.
 *
 * @param failOnCorruption whether a damaged store prevents the start; otherwise it is set aside and the node starts empty
 * @param reserveBytes the free disk space below which nothing more is stored
 */
public record StorageConfig(boolean failOnCorruption, long reserveBytes) {}
