'use strict'

// Every client may relay, and every domain goes to the sink from the one source address.
exports.hook_connect = (next, connection) => {
    connection.relaying = true
    next()
}

exports.hook_get_mx = (next) => {
    next(OK, { priority: 0, exchange: '127.0.0.1', port: 2526, bind: '127.0.1.5' })
}
