package safelight.sessions.redis;

/// What Redis carries out as one step, in Lua. Times are microseconds of the caller's clock, which
/// a double holds exactly until the year 2255; lifetimes are milliseconds of Redis' own.
enum Script {
    /// KEYS: session, account, by created, by seen. ARGV: id, account, epoch, created, seen, agent,
    /// lifetime. Every index lives as long as its youngest session could. Whatever ended by its
    /// lifetime leaves the indexes two at a time, which is more than one call puts in.
    ADD(
            """
            local function drop(index, other)
              for _, id in ipairs(redis.call('ZRANGE', index, 0, 1)) do
                if redis.call('EXISTS', '%1$s' .. id) == 0 then
                  redis.call('ZREM', index, id)
                  if other then redis.call('ZREM', other, id) end
                end
              end
            end
            redis.call('HSET', KEYS[1], 'account', ARGV[2], 'epoch', ARGV[3],
              'created', ARGV[4], 'seen', ARGV[5], 'agent', ARGV[6])
            redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
            redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
            redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1])
            for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[7]) end
            drop(KEYS[2])
            drop(KEYS[3], KEYS[4])
            return {}
            """),

    /// KEYS: session, by seen. ARGV: id, seen.
    TOUCH(
            """
            local seen = redis.call('HGET', KEYS[1], 'seen')
            if seen and tonumber(seen) < tonumber(ARGV[2]) then
              redis.call('HSET', KEYS[1], 'seen', ARGV[2])
              redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[1])
            end
            return {}
            """),

    /// KEYS: session, by created, by seen. ARGV: id.
    REMOVE(
            """
            local account = redis.call('HGET', KEYS[1], 'account')
            if not account then return {} end
            redis.call('DEL', KEYS[1])
            redis.call('ZREM', '%2$s' .. account, ARGV[1])
            redis.call('ZREM', KEYS[2], ARGV[1])
            redis.call('ZREM', KEYS[3], ARGV[1])
            return {}
            """),

    /// KEYS: account, by created, by seen.
    REMOVE_ALL(
            """
            for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
              redis.call('DEL', '%1$s' .. id)
              redis.call('ZREM', KEYS[2], id)
              redis.call('ZREM', KEYS[3], id)
            end
            redis.call('DEL', KEYS[1])
            return {}
            """),

    /// KEYS: an index, the other one. ARGV: before which time, how many at most. Returns how many
    /// were still there, and how many it looked at.
    FORGET(
            """
            local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1],
              'LIMIT', 0, ARGV[2])
            local ended = 0
            for _, id in ipairs(ids) do
              local account = redis.call('HGET', '%1$s' .. id, 'account')
              if account then
                redis.call('ZREM', '%2$s' .. account, id)
                ended = ended + redis.call('DEL', '%1$s' .. id)
              end
              redis.call('ZREM', KEYS[1], id)
              redis.call('ZREM', KEYS[2], id)
            end
            return {ended, #ids}
            """),

    /// KEYS: tries. ARGV: now, when a window that began now would end, its length. A window is over
    /// once either the caller's clock or Redis' own says so. Returns the count and when it ends.
    ATTEMPT(
            """
            local ends = redis.call('HGET', KEYS[1], 'until')
            if ends and tonumber(ends) > tonumber(ARGV[1]) then
              return {redis.call('HINCRBY', KEYS[1], 'count', 1), ends}
            end
            redis.call('HSET', KEYS[1], 'count', 1, 'until', ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return {1, ARGV[2]}
            """);

    private final String lua;

    Script(String lua) {
        this.lua = lua.formatted(Keys.SESSION, Keys.ACCOUNT);
    }

    String lua() {
        return lua;
    }
}
