<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="zh_CN">
<context>
    <name>CallHeader</name>
    <message>
        <source>坐席 {agent}</source>
        <translation>Agent {agent}</translation>
    </message>
    <message>
        <source>客户 {customer}</source>
        <translation>Customer {customer}</translation>
    </message>
    <message>
        <source>单声道录音：说话人是推断的</source>
        <translation>One-lane recording: who speaks is inferred</translation>
    </message>
    <message>
        <source>录音不完整：结尾缺少的只能存疑</source>
        <translation>Breaks off: what is missing at the end is only a doubt</translation>
    </message>
    <message>
        <source>只有文字，没有声音</source>
        <translation>Transcript only, no sound</translation>
    </message>
    <message>
        <source>得分 {score}</source>
        <translation>Score {score}</translation>
    </message>
    <message>
        <source>机检得分（暂定）</source>
        <translation>Machine score (provisional)</translation>
    </message>
    <message>
        <source>机检得分</source>
        <translation>Machine score</translation>
    </message>
</context>
<context>
    <name>CallsTable</name>
    <message>
        <source>通话列表</source>
        <translation>Calls</translation>
    </message>
</context>
<context>
    <name>EmptyLibrary</name>
    <message>
        <source>选择录音…</source>
        <translation>Choose recordings…</translation>
    </message>
    <message>
        <source>选择文件夹…</source>
        <translation>Choose a folder…</translation>
    </message>
    <message>
        <source>用样例试一试</source>
        <translation>Try it with samples</translation>
    </message>
    <message>
        <source>把录音或文件夹拖到这里</source>
        <translation>Drop recordings or folders here</translation>
    </message>
    <message>
        <source>转写、对照规则、评分都在本机完成，几分钟后就能复核。</source>
        <translation>Transcribed, checked against the rules and scored on this computer; ready to review in minutes.</translation>
    </message>
    <message>
        <source>录音不会离开这台电脑</source>
        <translation>Recordings never leave this computer</translation>
    </message>
</context>
<context>
    <name>HitsView</name>
    <message>
        <source>搜索结果</source>
        <translation>Search results</translation>
    </message>
</context>
<context>
    <name>JobList</name>
    <message>
        <source>处理队列</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>打开</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>重试</source>
        <translation>Try again</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>图例</source>
        <translation>Legend</translation>
    </message>
    <message>
        <source>等待</source>
        <translation>Wait</translation>
    </message>
    <message>
        <source>等待音乐</source>
        <translation>Hold music</translation>
    </message>
    <message>
        <source>抢话</source>
        <translation>Overlap</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message numerus="yes">
        <source>%n 通电话</source>
        <translation>
            <numerusform>%n call</numerusform>
            <numerusform>%n calls</numerusform>
        </translation>
    </message>
    <message>
        <source>导入录音</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>通话</source>
        <translation>Calls</translation>
    </message>
    <message>
        <source>没有找到「{text}」</source>
        <translation>Nothing found for “{text}”</translation>
    </message>
    <message>
        <source>换一个说法，或只搜其中几个字；空格隔开的词要同时出现。</source>
        <translation>Try other words, or only part of them; words set apart by spaces must all occur.</translation>
    </message>
    <message>
        <source>这通电话还没有处理完。再次导入它的录音，会从停下的地方继续。</source>
        <translation>This call is not finished yet. Import its recording again, and it goes on where it stopped.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>另一个程序正在写入这个工作区：现在可以查看和搜索，不能导入。</source>
        <translation>Another program is writing to this workspace: you can look and search now, but not import.</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>不是录音，已跳过：{names} 等 {count} 个文件</source>
        <translation>Not recordings, skipped: {names} and others, {count} files in all</translation>
    </message>
    <message>
        <source>不是录音，已跳过：{names}</source>
        <translation>Not recordings, skipped: {names}</translation>
    </message>
    <message>
        <source>这里没有找到录音。支持 WAV、MP3、M4A、AMR、OGG 等常见格式。</source>
        <translation>No recordings found here. WAV, MP3, M4A, AMR, OGG and other usual formats are supported.</translation>
    </message>
    <message>
        <source>还有录音没有处理完。现在退出吗？</source>
        <translation>Some recordings are not finished. Quit now?</translation>
    </message>
    <message>
        <source>已完成的部分会保留；下次导入同样的录音，会从停下的地方继续。</source>
        <translation>What is done is kept; import the same recordings next time, and they go on where they stopped.</translation>
    </message>
    <message>
        <source>退出</source>
        <translation>Quit</translation>
    </message>
    <message>
        <source>继续处理</source>
        <translation>Keep working</translation>
    </message>
    <message>
        <source>选择录音或转写文件</source>
        <translation>Choose recordings or transcripts</translation>
    </message>
    <message>
        <source>选择放录音的文件夹</source>
        <translation>Choose a folder of recordings</translation>
    </message>
    <message>
        <source>选择工作区文件夹；空文件夹会新建一个工作区</source>
        <translation>Choose a workspace folder; an empty one becomes a new workspace</translation>
    </message>
    <message>
        <source>CSQA {version}
客服录音质检。录音与文字不离开这台电脑。
MIT 许可；界面使用 Qt(LGPL)。</source>
        <translation>CSQA {version}
Quality inspection of recorded customer-service calls. Recordings and transcripts stay on this computer.
MIT licence; the interface uses Qt (LGPL).</translation>
    </message>
    <message>
        <source>关于 CSQA</source>
        <translation>About CSQA</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>关闭提示</source>
        <translation>Close this notice</translation>
    </message>
</context>
<context>
    <name>QuestionRow</name>
    <message>
        <source>机检 {verdict}</source>
        <translation>Machine: {verdict}</translation>
    </message>
    <message>
        <source>建议：{better}</source>
        <translation>Better: {better}</translation>
    </message>
    <message>
        <source>已在「{question}」扣分，不重复扣</source>
        <translation>Points already taken under “{question}”</translation>
    </message>
    <message>
        <source>播放 {title} {start}</source>
        <translation>Play {title} {start}</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>全部进度</source>
        <translation>Overall progress</translation>
    </message>
    <message>
        <source>全部取消</source>
        <translation>Cancel all</translation>
    </message>
    <message>
        <source>清除已结束</source>
        <translation>Clear finished</translation>
    </message>
    <message>
        <source>处理队列</source>
        <translation>Queue</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>对话</source>
        <translation>Conversation</translation>
    </message>
    <message>
        <source>评分表</source>
        <translation>Scorecard</translation>
    </message>
    <message>
        <source>判定依据</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>这通电话没有违规或存疑。</source>
        <translation>This call has no violations or doubts.</translation>
    </message>
    <message>
        <source>找不到录音文件 {file}，它可能被移走或改名了。把它放回原处就能播放。</source>
        <translation>The recording {file} is not there; it may have been moved or renamed. Put it back to hear it.</translation>
    </message>
    <message>
        <source>录音文件 {file} 读不出来，请检查文件是否完好、是否有权限。</source>
        <translation>The recording {file} cannot be read; check that it is whole and that you may read it.</translation>
    </message>
    <message>
        <source>没有找到播放声音的系统库 PortAudio。Linux 上请安装 libportaudio2，然后重新打开。</source>
        <translation>The system library PortAudio, which plays sound, is missing. On Linux install libportaudio2, then start again.</translation>
    </message>
    <message>
        <source>没有可用的播放设备。请接好耳机或音箱，在系统里选为默认输出，再按空格。</source>
        <translation>No sound device. Connect headphones or loudspeakers, make them the system&apos;s default output, then press Space.</translation>
    </message>
</context>
<context>
    <name>ScorecardView</name>
    <message>
        <source>评分表</source>
        <translation>Scorecard</translation>
    </message>
    <message>
        <source>不计分的规则</source>
        <translation>Rules without points</translation>
    </message>
    <message>
        <source>不适用</source>
        <translation>Not applicable</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>搜索通话内容  {key}</source>
        <translation>Search what was said  {key}</translation>
    </message>
    <message>
        <source>搜索通话内容</source>
        <translation>Search what was said</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>快捷键一览</source>
        <translation>Keyboard shortcuts</translation>
    </message>
    <message>
        <source>听与走</source>
        <translation>Listen and move</translation>
    </message>
    <message>
        <source>界面</source>
        <translation>View</translation>
    </message>
    <message>
        <source>文件</source>
        <translation>File</translation>
    </message>
    <message>
        <source>帮助</source>
        <translation>Help</translation>
    </message>
    <message>
        <source>滚轮</source>
        <translation>Wheel</translation>
    </message>
    <message>
        <source>在指针处缩放波形</source>
        <translation>Zoom the waveform at the pointer</translation>
    </message>
    <message>
        <source>Shift + 滚轮</source>
        <translation>Shift + wheel</translation>
    </message>
    <message>
        <source>左右移动波形</source>
        <translation>Move the waveform</translation>
    </message>
    <message>
        <source>单击</source>
        <translation>Click</translation>
    </message>
    <message>
        <source>从这里听；点发现则听它的依据</source>
        <translation>Listen from here; on a finding, to its evidence</translation>
    </message>
    <message>
        <source>鼠标</source>
        <translation>Mouse</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>双声道波形</source>
        <translation>Waveform of both lanes</translation>
    </message>
    <message>
        <source>已告知</source>
        <translation>announced</translation>
    </message>
    <message>
        <source>已致谢</source>
        <translation>thanked</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>对话</source>
        <translation>Conversation</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>播放位置</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>图层</source>
        <translation>Layers</translation>
    </message>
    <message>
        <source>违规与存疑</source>
        <translation>Violations and doubts</translation>
    </message>
    <message>
        <source>合格的依据</source>
        <translation>Evidence of passes</translation>
    </message>
    <message>
        <source>等待与停顿</source>
        <translation>Waits and pauses</translation>
    </message>
    <message>
        <source>抢话</source>
        <translation>Overlap</translation>
    </message>
</context>
<context>
    <name>Waveform</name>
    <message>
        <source>波形位置</source>
        <translation>Waveform position</translation>
    </message>
</context>
<context>
    <name>WhyView</name>
    <message>
        <source>判定依据</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>点选一条发现或评分项，这里说明判定的依据。N / P 跳到下一条或上一条发现。</source>
        <translation>Pick a finding or a question, and its reasons are told here. N / P go to the next or the previous finding.</translation>
    </message>
    <message>
        <source>置信度 {share}</source>
        <translation>Confidence {share}</translation>
    </message>
    <message>
        <source>依据</source>
        <translation>Evidence</translation>
    </message>
    <message numerus="yes">
        <source>共 %n 处，其余用 N / P 逐条查看</source>
        <translation>
            <numerusform>%n place</numerusform>
            <numerusform>%n places in all; N / P go through the rest</numerusform>
        </translation>
    </message>
    <message>
        <source>推理</source>
        <translation>Reasoning</translation>
    </message>
    <message>
        <source>把握受限于</source>
        <translation>Less sure because</translation>
    </message>
    <message>
        <source>规则</source>
        <translation>Rule</translation>
    </message>
    <message>
        <source>出处：{source}</source>
        <translation>Source: {source}</translation>
    </message>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>规则手册 {book} · {rule}</source>
        <translation>Rule book {book} · {rule}</translation>
    </message>
    <message>
        <source>播放 {title} {start}</source>
        <translation>Play {title} {start}</translation>
    </message>
    <message>
        <source>建议：{better}</source>
        <translation>Better: {better}</translation>
    </message>
    <message>
        <source>是</source>
        <translation>yes</translation>
    </message>
    <message>
        <source>否</source>
        <translation>no</translation>
    </message>
    <message>
        <source>无法判断</source>
        <translation>cannot be told</translation>
    </message>
</context>
<context>
    <name>_Shelves</name>
    <message numerus="yes">
        <source>找到 %n 句话；点一句，从那里听</source>
        <translation>
            <numerusform>%n sentence found; click it to listen from there</numerusform>
            <numerusform>%n sentences found; click one to listen from there</numerusform>
        </translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>待复核</source>
        <translation>To review</translation>
    </message>
    <message>
        <source>不合格</source>
        <translation>Fail</translation>
    </message>
    <message>
        <source>合格</source>
        <translation>Pass</translation>
    </message>
    <message>
        <source>处理失败</source>
        <translation>Failed</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>导入录音…</source>
        <translation>Import recordings…</translation>
    </message>
    <message>
        <source>导入文件夹…</source>
        <translation>Import a folder…</translation>
    </message>
    <message>
        <source>导入样例</source>
        <translation>Import the samples</translation>
    </message>
    <message>
        <source>打开工作区…</source>
        <translation>Open a workspace…</translation>
    </message>
    <message>
        <source>退出</source>
        <translation>Quit</translation>
    </message>
    <message>
        <source>播放 / 暂停</source>
        <translation>Play / pause</translation>
    </message>
    <message>
        <source>重听 3 秒</source>
        <translation>Replay 3 s</translation>
    </message>
    <message>
        <source>后退 5 秒</source>
        <translation>Back 5 s</translation>
    </message>
    <message>
        <source>暂停</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>前进 5 秒</source>
        <translation>Forward 5 s</translation>
    </message>
    <message>
        <source>下一条发现</source>
        <translation>Next finding</translation>
    </message>
    <message>
        <source>上一条发现</source>
        <translation>Previous finding</translation>
    </message>
    <message>
        <source>放大波形</source>
        <translation>Zoom in</translation>
    </message>
    <message>
        <source>缩小波形</source>
        <translation>Zoom out</translation>
    </message>
    <message>
        <source>显示整通电话</source>
        <translation>Show the whole call</translation>
    </message>
    <message>
        <source>返回列表</source>
        <translation>Back to the list</translation>
    </message>
    <message>
        <source>搜索通话内容</source>
        <translation>Search what was said</translation>
    </message>
    <message>
        <source>快捷键一览</source>
        <translation>Keyboard shortcuts</translation>
    </message>
    <message>
        <source>关于 CSQA</source>
        <translation>About CSQA</translation>
    </message>
</context>
<context>
    <name>calls</name>
    <message>
        <source>通话时间</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>坐席</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>班组</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>时长</source>
        <translation>Length</translation>
    </message>
    <message>
        <source>得分</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Outcome</translation>
    </message>
    <message>
        <source>发现</source>
        <translation>Findings</translation>
    </message>
    <message>
        <source>状态</source>
        <translation>State</translation>
    </message>
    <message>
        <source>录音</source>
        <translation>Recording</translation>
    </message>
</context>
<context>
    <name>jobs</name>
    <message>
        <source>排队中</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>处理中</source>
        <translation>Working</translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>库中已有</source>
        <translation>Already there</translation>
    </message>
    <message>
        <source>失败</source>
        <translation>Failed</translation>
    </message>
    <message>
        <source>已取消</source>
        <translation>Cancelled</translation>
    </message>
    <message>
        <source>听录音 {times}</source>
        <translation>Listening {times}</translation>
    </message>
    <message>
        <source>识别 {times} 语音</source>
        <translation>Recognising {times} of speech</translation>
    </message>
    <message>
        <source>对照规则评分</source>
        <translation>Judging and scoring</translation>
    </message>
    <message>
        <source>打开录音</source>
        <translation>Opening</translation>
    </message>
</context>
<context>
    <name>menus</name>
    <message>
        <source>文件(&amp;F)</source>
        <translation>&amp;File</translation>
    </message>
    <message>
        <source>播放(&amp;P)</source>
        <translation>&amp;Play</translation>
    </message>
    <message>
        <source>查看(&amp;V)</source>
        <translation>&amp;View</translation>
    </message>
    <message>
        <source>设置(&amp;S)</source>
        <translation>&amp;Settings</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>跟随系统</source>
        <translation>As the system</translation>
    </message>
    <message>
        <source>主题</source>
        <translation>Theme</translation>
    </message>
    <message>
        <source>帮助(&amp;H)</source>
        <translation>&amp;Help</translation>
    </message>
</context>
<context>
    <name>transcript</name>
    <message>
        <source>上限 {limit} 秒</source>
        <translation>limit {limit} s</translation>
    </message>
    <message>
        <source>已告知</source>
        <translation>announced</translation>
    </message>
    <message>
        <source>已致谢</source>
        <translation>thanked</translation>
    </message>
</context>
<context>
    <name>waveform</name>
    <message>
        <source>发现</source>
        <translation>Findings</translation>
    </message>
    <message>
        <source>双方</source>
        <translation>Both</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>存疑</source>
        <translation>Doubt</translation>
    </message>
    <message>
        <source>{seconds} 秒</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>合格</source>
        <translation>Pass</translation>
    </message>
    <message>
        <source>违规</source>
        <translation>Violation</translation>
    </message>
    <message>
        <source>不适用</source>
        <translation>Not applicable</translation>
    </message>
    <message>
        <source>待人工</source>
        <translation>For a person</translation>
    </message>
    <message>
        <source>不合格</source>
        <translation>Fail</translation>
    </message>
    <message>
        <source>待复核</source>
        <translation>To review</translation>
    </message>
    <message>
        <source>一票否决</source>
        <translation>Fatal</translation>
    </message>
    <message>
        <source>重要</source>
        <translation>Major</translation>
    </message>
    <message>
        <source>轻微</source>
        <translation>Minor</translation>
    </message>
    <message>
        <source>提示</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>坐席</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>客户</source>
        <translation>Customer</translation>
    </message>
    <message>
        <source>未分辨</source>
        <translation>Unknown</translation>
    </message>
    <message>
        <source>等待</source>
        <translation>Wait</translation>
    </message>
    <message>
        <source>客户思考</source>
        <translation>Customer thinking</translation>
    </message>
    <message>
        <source>开场前</source>
        <translation>Lead-in</translation>
    </message>
    <message>
        <source>结束后</source>
        <translation>Tail</translation>
    </message>
    <message>
        <source>静音</source>
        <translation>silence</translation>
    </message>
    <message>
        <source>音乐</source>
        <translation>music</translation>
    </message>
    <message>
        <source>回铃音</source>
        <translation>ring-back</translation>
    </message>
    <message>
        <source>忙音</source>
        <translation>busy tone</translation>
    </message>
    <message>
        <source>按键音</source>
        <translation>keys</translation>
    </message>
    <message>
        <source>处理中</source>
        <translation>Working</translation>
    </message>
    <message>
        <source>处理失败</source>
        <translation>Failed</translation>
    </message>
    <message>
        <source>已机检</source>
        <translation>Machine-scored</translation>
    </message>
    <message>
        <source>复核中</source>
        <translation>In review</translation>
    </message>
    <message>
        <source>已提交</source>
        <translation>Submitted</translation>
    </message>
    <message>
        <source>已确认</source>
        <translation>Acknowledged</translation>
    </message>
    <message>
        <source>已申诉</source>
        <translation>Appealed</translation>
    </message>
    <message>
        <source>已裁定</source>
        <translation>Decided</translation>
    </message>
    <message>
        <source>已关闭</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>还需不到 1 分钟</source>
        <translation>less than a minute left</translation>
    </message>
    <message>
        <source>还需约 {minutes} 分钟</source>
        <translation>about {minutes} min left</translation>
    </message>
</context>
</TS>
